"""The exported model: its signatures, how it is made, and how it is asked."""
