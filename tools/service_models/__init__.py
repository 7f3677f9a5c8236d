"""Reading AWS's own service models: which values an argument may have on a provider newer than the one that was asked."""
