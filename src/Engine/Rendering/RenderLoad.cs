namespace Ranking.Engine.Rendering;

/// <summary>The jobs of all queues that somebody waits for: pictures are made ahead only while there are none.</summary>
public sealed class RenderLoad
{
    private readonly Lock _gate = new();
    private int _jobs;

    /// <summary>Raised when the first job comes.</summary>
    public event Action? Rose;

    /// <summary>Raised when the last job is done.</summary>
    public event Action? Fell;

    /// <summary>Whether nobody waits.</summary>
    public bool IsIdle
    {
        get
        {
            lock (_gate)
            {
                return _jobs == 0;
            }
        }
    }

    /// <summary>Counts a job until it is done, whatever becomes of it.</summary>
    public void Take(Task job)
    {
        Change(1);
        _ = job.ContinueWith(_ => Change(-1), TaskScheduler.Default);
    }

    private void Change(int by)
    {
        bool isIdle, wasIdle;
        lock (_gate)
        {
            wasIdle = _jobs == 0;
            _jobs += by;
            isIdle = _jobs == 0;
        }

        if (wasIdle != isIdle)
        {
            (isIdle ? Fell : Rose)?.Invoke();
        }
    }
}
