"""The run's report: one HTML file that shows what a run measured, and what it decided."""
