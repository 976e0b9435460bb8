"""Names of the parameters that may be given anew with each submission of a compiled file."""

DATA_FOLDER = "data_folder"
TRAINER_CONFIG = "trainer_config"
EVAL_CONFIG = "eval_config"
VALIDATION_POLICY = "validation_policy"
