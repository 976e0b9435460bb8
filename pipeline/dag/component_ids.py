"""The ids of the components, by which runs, caches and compiled files name them."""

EXAMPLE_GEN = "JsonExampleGen"
STATISTICS_GEN = "StatisticsGen"
REVIEWED_SCHEMA = "ReviewedSchema"
EXAMPLE_VALIDATOR = "ExampleValidator"
TRANSFORM = "Transform"
LATEST_BLESSED_MODEL = "LatestBlessedModel"
TRAINER = "Trainer"
EVALUATOR = "Evaluator"
SERVING_CHECK = "ServingCheck"
INFRA_VALIDATOR = "InfraValidator"
INFRA_CHECKS = (SERVING_CHECK, INFRA_VALIDATOR)
"""What may ask the export before it is pushed; a run has one of them."""

PUSHER = "Pusher"
REPORT = "Report"
BATCH_EXAMPLE_GEN = "BatchExampleGen"
BULK_INFERRER = "BulkInferrer"
