"""Worker programs of the scenario corpus: each module with a main() is a process of its own."""
