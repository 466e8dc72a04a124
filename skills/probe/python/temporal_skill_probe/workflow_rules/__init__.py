"""What is told of workflow code by reading it: nothing of the project is imported or run."""
