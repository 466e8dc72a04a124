"""What is done to the program: an area a module, each with run(stage, area). tests/torture/run.py runs them."""
