"""What a run is: its settings, the DAG, the runners and the command line."""

import components as components  # chooses Keras 2 before anything imports TensorFlow
