"""What every app uses: framework code without models, which imports no app."""
