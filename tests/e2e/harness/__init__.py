"""What the end-to-end tests stand on: private worlds, the program under test, real servers, real workers."""
