"""What the demo runs on: synthetic news rows and a small checkpoint, both made on the spot."""
