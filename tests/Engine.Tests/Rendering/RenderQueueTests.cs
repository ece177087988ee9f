using System.Text.Json;
using Ranking.Engine.Rendering;
using Ranking.Engine.Sessions;
using Ranking.Engine.Spaces;
using Ranking.Engine.Tests.Sessions;

namespace Ranking.Engine.Tests.Rendering;

/// <summary>Whose pictures are made first, and whose are not made at all.</summary>
public sealed class RenderQueueTests : IAsyncLifetime
{
    private readonly SketchSpace _space = new();
    private readonly InMemoryArtifactStore _artifacts = new();
    private readonly RenderLoad _load = new();
    private readonly PointKey _key = new("sketch");
    private readonly List<RenderQueue> _queues = [];
    private IOpenSpace _open = null!;

    public async Task InitializeAsync() => _open = await _space.OpenAsync(JsonSerializer.SerializeToElement(new { dimension = 2 }));

    public async Task DisposeAsync()
    {
        foreach (var queue in _queues)
        {
            await queue.DisposeAsync();
        }
    }

    [Fact]
    public async Task Of_one_owner_only_the_newest_round_is_made()
    {
        var (queue, owner) = (Queue(), new object());
        _space.Hold = new();
        var first = Add(queue, owner, 1, 2);
        await _space.Held.Task;
        var second = Add(queue, owner, 3, 4);
        var third = Add(queue, owner, 5, 6);
        _space.Hold.SetResult();
        await third.Done;
        await Assert.ThrowsAnyAsync<OperationCanceledException>(() => first.Done);
        await Assert.ThrowsAnyAsync<OperationCanceledException>(() => second.Done);
        Assert.Equal([2, 2], _space.Batches);
    }

    [Fact]
    public async Task Rounds_are_made_ahead_while_nobody_waits_and_are_there_when_they_are_asked_for()
    {
        var (queue, owner) = (Queue(), new object());
        var ahead = Job(owner, 1, 2);
        queue.Anticipate(owner, [ahead]);
        await ahead.Done;
        var wanted = Add(queue, owner, 1, 2);
        Assert.Equal(2, (await wanted.Done).Count);
        Assert.Equal([2], _space.Batches);
    }

    [Fact]
    public async Task A_round_that_is_being_made_ahead_goes_on_when_it_is_asked_for()
    {
        var (queue, owner) = (Queue(), new object());
        _space.Hold = new();
        var ahead = Job(owner, 1, 2);
        queue.Anticipate(owner, [ahead]);
        await _space.Held.Task;
        var wanted = Add(queue, owner, 1, 2, 9);
        _space.Hold.SetResult();
        Assert.Equal(3, (await wanted.Done).Count);
        await ahead.Done;
        Assert.Equal([2, 1], _space.Batches);
    }

    [Fact]
    public async Task What_is_made_ahead_gives_way_to_any_queue_of_the_device_and_is_taken_up_again()
    {
        var (queue, other, owner) = (Queue(), Queue(), new object());
        _space.Hold = new();
        var ahead = Job(owner, 1, 2);
        queue.Anticipate(owner, [ahead]);
        await _space.Held.Task;
        var wanted = Add(other, new object(), 7, 8, 9);
        await WhenAsync(() => _space.Batches.Length >= 2);
        Assert.False(ahead.Done.IsCompleted);
        _space.Hold.SetResult();
        await wanted.Done;
        await ahead.Done;
        Assert.Equal(3, _space.Batches[1]);
    }

    [Fact]
    public async Task Rounds_that_are_not_expected_any_more_are_given_up()
    {
        var (queue, owner) = (Queue(), new object());
        _space.Hold = new();
        var (running, waiting, kept) = (Job(owner, 1), Job(owner, 2), Job(owner, 3));
        queue.Anticipate(owner, [running, waiting, kept]);
        await _space.Held.Task;
        queue.Anticipate(owner, [kept]);
        _space.Hold.SetResult();
        await kept.Done;
        Assert.True(running.Done.IsCanceled);
        Assert.True(waiting.Done.IsCanceled);
        Assert.Equal([1, 1], _space.Batches);
    }

    [Fact]
    public async Task Owners_share_the_lanes_of_a_space_and_no_point_is_drawn_twice()
    {
        _space.Lanes = 2;
        var queue = Queue();
        _space.Hold = new();
        var first = Add(queue, new object(), 1, 2);
        await _space.Held.Task;
        var second = Add(queue, new object(), 2, 3, 4);
        await WhenAsync(() => _space.Batches.Length == 2);
        Assert.False(second.Done.IsCompleted);
        _space.Hold.SetResult();
        Assert.Equal(2, (await first.Done).Count);
        Assert.Equal(3, (await second.Done).Count);
        Assert.Equal([2, 2], _space.Batches);
    }

    [Fact]
    public async Task What_another_job_gave_up_is_drawn_by_the_one_that_waited_for_it()
    {
        _space.Lanes = 2;
        var (queue, owner) = (Queue(), new object());
        _space.Hold = new();
        var first = Add(queue, owner, 1, 2);
        await _space.Held.Task;
        var second = Add(queue, new object(), 1, 2);
        var third = Add(queue, owner, 3);
        _space.Hold.SetResult();
        await Assert.ThrowsAnyAsync<OperationCanceledException>(() => first.Done);
        Assert.Equal(2, (await second.Done).Count);
        await third.Done;
    }

    [Fact]
    public async Task Failing_is_told_and_the_next_job_is_made()
    {
        var queue = Queue();
        _space.Fault = "out of paint";
        var failure = await Assert.ThrowsAsync<RenderException>(() => Add(queue, new object(), 1).Done);
        Assert.Contains("out of paint", failure.Message, StringComparison.Ordinal);
        _space.Fault = null;
        await Add(queue, new object(), 1).Done;
    }

    private RenderQueue Queue()
    {
        var queue = new RenderQueue(_open, _key, _artifacts, TimeProvider.System, _load);
        _queues.Add(queue);
        return queue;
    }

    private RenderJob Add(RenderQueue queue, object owner, params ReadOnlySpan<int> points)
    {
        var job = Job(owner, points);
        queue.Add(job);
        return job;
    }

    private RenderJob Job(object owner, params ReadOnlySpan<int> points)
    {
        var block = new double[2 * points.Length];
        var names = new string[points.Length];
        for (var i = 0; i < points.Length; i++)
        {
            block[2 * i] = points[i];
            names[i] = _key.Of(block.AsSpan(2 * i, 2));
        }

        return new RenderJob(owner, [.. names], block);
    }

    private static async Task WhenAsync(Func<bool> condition)
    {
        using var patience = new CancellationTokenSource(TimeSpan.FromSeconds(30));
        while (!condition())
        {
            await Task.Delay(5, patience.Token);
        }
    }
}
