"""Scripts that write the data files of the repo anew from their sources; tests hold the files current."""
