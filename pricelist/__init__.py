"""Makes the table of models that the package ships; run `make prices`."""
