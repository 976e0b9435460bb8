"""How the DAG is run on this machine, and the runner files for TFX's own command line.

`tfx pipeline create --pipeline_path=...` puts a runner file's folder first on the path: nothing
here may be named as a package that anything imports.
"""
