"""What is derived from the YAML of schema/: one module for each kind of derived file. Only the generator uses these;
they read YAML and JSON Schema, which the program itself never does at run time."""
