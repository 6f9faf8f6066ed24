"""The edge: one package per Lambda function, named as a clerk would say it."""
