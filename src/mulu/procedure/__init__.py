"""What must then be done: licence and registration as guarded steps, time limits, working days."""
