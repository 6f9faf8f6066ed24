"""Why whole groups of properties are not modelled."""

NO_PERMISSIONS = "no permission is evaluated here"
NO_OBSERVABILITY = "nothing here observes or alarms"
NO_DURABILITY = "nothing here outlives the run in a way backups or retention would matter"
NO_TAGS = {"Tags": "labels have no effect here"}
