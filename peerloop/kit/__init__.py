"""Ground floor: what every app stands on. No models, no imports of apps."""
