"""The demo: what people do with the system, a scenario per module; `python -m local.demo` runs them all."""
