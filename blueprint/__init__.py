"""The compiler of oib: from blueprint text to the native input of deployment tools."""

__version__ = "0.1.0"
