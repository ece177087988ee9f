namespace Ranking.Engine.Tests.Diffusion;

/// <summary>A clock that moves when it is told to, and then calls the timers that are due.</summary>
internal sealed class ManualTime : TimeProvider
{
    private readonly List<Timer> _timers = [];
    private TimeSpan _now;

    public override long TimestampFrequency => TimeSpan.TicksPerSecond;

    public override long GetTimestamp() => _now.Ticks;

    public override ITimer CreateTimer(TimerCallback callback, object? state, TimeSpan dueTime, TimeSpan period)
    {
        var timer = new Timer(() => callback(state), period) { Due = _now + dueTime };
        _timers.Add(timer);
        return timer;
    }

    public void Advance(TimeSpan by)
    {
        _now += by;
        foreach (var timer in _timers.Where(timer => timer.Due <= _now))
        {
            timer.Due = _now + timer.Period;
            timer.Call();
        }
    }

    private sealed class Timer(Action call, TimeSpan period) : ITimer
    {
        public Action Call { get; } = call;

        public TimeSpan Period { get; } = period;

        public TimeSpan Due { get; set; }

        public bool Change(TimeSpan dueTime, TimeSpan period) => false;

        public void Dispose() => Due = TimeSpan.MaxValue;

        public ValueTask DisposeAsync()
        {
            Dispose();
            return ValueTask.CompletedTask;
        }
    }
}
