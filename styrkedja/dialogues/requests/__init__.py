"""Asking and answering: what one level asks of another, what is handed in, and what is said back."""
