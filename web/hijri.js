// Umm al-Qura months 1343 to 1500, generated from hijridate-2.6.0 by tools/hijri_table.py: `make hijri`.
// UTC and no Intl: neither time zone nor browser has a say.

/** The table's name, as it is stored beside a derived date. */
export const TABLE = "hijridate-2.6.0";
export const FIRST_YEAR = 1343;
export const LAST_YEAR = 1500;

const DAY = 86400000;
// Five digits of base 36 a year: two bits a month, Muharram highest, for 28 to 31 days.
const YEARS =
  "60wfe3huvt603om3izxl3izz95zrdo5zrf23zrmu5zqg65zr8960vpy3zus95zr8m3hv155zr8a6hnxl6m7o95zr8a5zr895zr895zr8a5zr1l5zr8a5zr895zr895zr8a5zre15zr895zh4a3ztzu3zu5i5zrdm5zr6x3ysux5v9ga5zr893zu5i5zr8960vix60w9y4049l5zr8960t616gm1m3huvu44byx5zr8a5zrdx5zr8a3huvu5zel65zr6x60vix615ra4049l5zrdy3zu5l6hnyy3ztzt6m89y45gex44f4m3izyx5zr8m3zu5i5zr6u60vo9615sm404f95vjq13ys9m3hkti3zrmu5zr6u5ztr95zue13zusm3ypwm3hig65v6au5zqli60vix60vq13zusm3hv1l5v72y3yp3u441uu44byu45gf960wbd3zusl5zr8m3zu5i60t5i6155l615sm406sl5ztsp3zu6x5zr8a403mu45g9i45h0l615sp404fa3hv1l5zh496hnyx6m7om45dw945gfa3izdl5v9gm3yp3u5zgyu6hnxl6hqhm4049l5zr8m3ypux5zh4a3zrl65zqli60vix60vom3izz95vjjd3ypux5zqll60vix6i0km406s9406ty3hxgl5va1y3yppi441uu44ehl60wba3j04l5vjop3ys8a3huvu3ztzu44bxi45gex60wba3zusa3huw65v99i6gleu6hqc96m89y44ec95ztra3zu5l6gley";
const STARTS = [-16589]; // of each month and the end of the last, in days from 1970-01-01
for (let at = 0; at < YEARS.length; at += 5) {
  const year = parseInt(YEARS.slice(at, at + 5), 36);
  for (let bit = 22; bit >= 0; bit -= 2) STARTS.push(STARTS.at(-1) + 28 + ((year >> bit) & 3));
}

function place(year, month) {
  const at = (year - FIRST_YEAR) * 12 + month - 1;
  const whole = Number.isInteger(year) && Number.isInteger(month) && month >= 1 && month <= 12;
  if (!whole || at < 0 || at > STARTS.length - 2) throw new RangeError(`no Hijri month ${year}-${month}`);
  return at;
}

/** How many days the month has. */
export function monthLength(year, month) {
  const at = place(year, month);
  return STARTS[at + 1] - STARTS[at];
}

/** The Gregorian day, "YYYY-MM-DD", of {year, month, day}. */
export function toGregorian({ year, month, day }) {
  if (!Number.isInteger(day) || day < 1 || day > monthLength(year, month))
    throw new RangeError(`no day ${day} in ${year}-${month}`);
  return written(STARTS[place(year, month)] + day - 1);
}

/** {year, month, day} of a Gregorian day written "YYYY-MM-DD". */
export function toHijri(isoDate) {
  const days = counted(isoDate);
  const at = STARTS.findLastIndex((start) => start <= days);
  if (at < 0 || at > STARTS.length - 2) throw new RangeError(`${isoDate} is outside the table`);
  return { year: FIRST_YEAR + Math.floor(at / 12), month: (at % 12) + 1, day: days - STARTS[at] + 1 };
}

function counted(isoDate) {
  const days = Date.parse(`${isoDate}T00:00:00Z`) / DAY;
  if (!/^[0-9]{4}(-[0-9]{2}){2}$/.test(isoDate) || Number.isNaN(days) || written(days) !== isoDate)
    throw new RangeError(`${isoDate} is no date written YYYY-MM-DD`);
  return days;
}

function written(days) {
  return new Date(days * DAY).toISOString().slice(0, 10);
}
