"""AWS timers: schedules, rules with a schedule, and the clock that they follow."""
