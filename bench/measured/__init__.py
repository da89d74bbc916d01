"""Scripts that run in the measured processes, each as a file of its own: nothing else of bench/ is loaded there."""
