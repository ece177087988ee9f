using System.Collections.Immutable;
using System.Text.Json;
using Microsoft.AspNetCore.Components;
using Microsoft.AspNetCore.Components.Authorization;
using Microsoft.EntityFrameworkCore;
using Microsoft.JSInterop;
using Ranking.Data;
using Ranking.Engine.Sessions;
using ISession = Ranking.Engine.Sessions.ISession;

namespace Ranking.Web.Rate;

/// <summary>
/// The page on which people rank. The board itself runs in <c>wwwroot/js/rate/board.js</c>, which answers a key or a
/// click within a frame and tells this component afterwards. It is told about the round by the page itself, so it works
/// from the first paint on, before there is a circuit.
/// </summary>
public sealed partial class RatePage : IAsyncDisposable
{
    private readonly CancellationTokenSource _gone = new();
    private RoundFlow? _flow;
    private ISession? _session;
    private DotNetObjectReference<RatePage>? _self;
    private IReadOnlyList<double[]?> _points = [];
    private int[][]? _draft;
    private string _rater = "";
    private string? _loaded;
    private TimeSpan _activeTime;
    private bool _missing;

    /// <summary>The session; the id of a study leads to its open session.</summary>
    [Parameter]
    public Guid Id { get; set; }

    [Inject]
    private ISessions Sessions { get; set; } = null!;

    [Inject]
    private IDbContextFactory<RankingDb> Databases { get; set; } = null!;

    [Inject]
    private IJSRuntime Js { get; set; } = null!;

    [Inject]
    private NavigationManager Navigation { get; set; } = null!;

    [Inject]
    private TimeProvider Time { get; set; } = null!;

    [Inject]
    private ILogger<RatePage> Log { get; set; } = null!;

    [CascadingParameter]
    private Task<AuthenticationState>? Authentication { get; set; }

    private RoundView View => _flow!.View;

    private Drafts Drafts => new(Databases, Time);

    private string Title => _flow is null ? "Ranking"
        : _flow.Phase == Phase.Finished ? $"Finished · {View.Config.Title}"
        : $"Round {View.Taught + 1} · {View.Config.Title}";

    // What board.js reads of the round; null while there is none.
    private string? Round => _flow is null ? null : JsonSerializer.Serialize(
        new
        {
            session = View.SessionId.ToString("N"),
            batchId = View.BatchId,
            phase = _flow.Phase.ToString().ToLowerInvariant(),
            round = View.Taught + 1,
            rankTop = View.Query.RankTop,
            open = View.IsReady && !IsBlocked,
            blocked = IsBlocked,
            canUndo = View.CanUndo,
            pictures = View.Candidates.Count(c => c.Picture is not null),
            restored = _flow.Restored?.Select(tier => tier.ToArray()),
            draft = _draft,
            stale = _flow.Stale is not null,
        });

    private bool IsBlocked => _flow!.Phase is not (Phase.Ranking or Phase.Line or Phase.Waiting) || _flow.Stale is not null;

    /// <inheritdoc/>
    protected override async Task OnParametersSetAsync()
    {
        if (_flow is not null && View.SessionId == Id)
        {
            return;
        }

        _rater = (Authentication is null ? null : (await Authentication).User.Identity?.Name) ?? "admin";
        _session = await Sessions.FindAsync(Id);
        if (_session is null)
        {
            _missing = !await GoToOpenSessionAsync();
            return;
        }

        var view = await _session.CurrentAsync();
        _flow = new RoundFlow(_session, _rater, view, Time);
        _flow.Changed += OnChanged;
        await LoadRoundAsync();
        if (view.Judgements > 0)
        {
            var history = await _session.HistoryAsync();
            if (history.Events.OfType<SessionEvent.Judged>().Any(judged => judged.Round == view.Round && judged.Rater == _rater))
            {
                _flow.MarkAnswered();
            }
        }
    }

    /// <inheritdoc/>
    protected override async Task OnAfterRenderAsync(bool firstRender)
    {
        if (_flow is null || _self is not null)
        {
            return;
        }

        _self = DotNetObjectReference.Create(this);
        _ = WatchAsync();
        try
        {
            await using var module = await Js.InvokeAsync<IJSObjectReference>("import", _gone.Token, "./js/rate/page.js");
            await module.InvokeVoidAsync("connect", _gone.Token, _self);
        }
        catch (JSDisconnectedException)
        {
            // The window was closed while the page loaded: nobody is there to be answered.
        }
    }

    /// <summary>Takes an answer from the board. Sending the same one twice counts once.</summary>
    [JSInvokable]
    public async Task<AnswerReply> Answer(AnswerMessage message)
    {
        try
        {
            var reply = await _flow!.AnswerAsync(message, _gone.Token);
            if (reply.Status == "accepted")
            {
                await Drafts.WriteAsync(Id, message.BatchId, _rater, [], _gone.Token);
            }

            return reply;
        }
        catch (Exception e) when (e is not OperationCanceledException)
        {
            Log.LogError(e, "An answer to session {Session} was not stored", Id);
            return new AnswerReply("error", "The server could not store your answer. It is still on this page.");
        }
    }

    /// <summary>Takes back the last round.</summary>
    [JSInvokable]
    public Task<AnswerReply> Undo() => _flow!.UndoAsync(_gone.Token);

    /// <summary>Keeps the order that is being made.</summary>
    [JSInvokable]
    public async Task<bool> SaveDraft(string batchId, int[][] tiers)
    {
        if (batchId == View.BatchId)
        {
            _flow!.Draft = tiers;
            await Drafts.WriteAsync(Id, batchId, _rater, tiers, _gone.Token);
            await _session!.AnticipateAsync(batchId, [.. tiers.Select(tier => tier.ToImmutableArray())], _gone.Token);
        }

        return true;
    }

    /// <inheritdoc/>
    public async ValueTask DisposeAsync()
    {
        await _gone.CancelAsync();
        if (_flow is not null)
        {
            _flow.Changed -= OnChanged;
        }

        _self?.Dispose();
        _gone.Dispose();
    }

    private async Task<bool> GoToOpenSessionAsync()
    {
        await using var db = await Databases.CreateDbContextAsync();
        var open = await db.Sessions.AsNoTracking()
            .Where(s => s.StudyId == Id)
            .OrderBy(s => s.Status == SessionStatus.Open ? 0 : 1).ThenByDescending(s => s.CreatedMs)
            .Select(s => (Guid?)s.Id)
            .FirstOrDefaultAsync();
        if (open is { } session)
        {
            Navigation.NavigateTo($"rank/{session}", replace: true);
        }

        return open is not null;
    }

    private async Task WatchAsync()
    {
        try
        {
            await foreach (var view in _session!.WatchAsync(_gone.Token))
            {
                await InvokeAsync(() => _flow!.ReceiveAsync(view, _gone.Token));
            }
        }
        catch (Exception e) when (e is OperationCanceledException or ObjectDisposedException)
        {
            // The page was left.
        }
        catch (Exception e)
        {
            await DispatchExceptionAsync(e);
        }
    }

    private void OnChanged() => _ = InvokeAsync(async () =>
    {
        await LoadRoundAsync();
        StateHasChanged();
    });

    // What a round needs besides its view: the draft, and points where there are no pictures.
    private async Task LoadRoundAsync()
    {
        var key = $"{View.BatchId} {View.IsReady} {_flow!.Phase}";
        if (key == _loaded)
        {
            return;
        }

        var fresh = _loaded?.StartsWith(View.BatchId, StringComparison.Ordinal) != true;
        _loaded = key;
        if (fresh)
        {
            _draft = await Drafts.ReadAsync(Id, View.BatchId, _rater, _gone.Token);
            _flow.Draft = _draft ?? [];
        }

        _points = View.IsReady && View.Candidates.All(c => c.Picture is null)
            ? await Task.WhenAll(View.Candidates.Select(c => _session!.PointAsync(c.Id, _gone.Token)))
            : [];
        if (_flow.Phase == Phase.Finished)
        {
            var events = (await _session!.HistoryAsync(_gone.Token)).Events;
            _activeTime = TimeSpan.FromMilliseconds(events.OfType<SessionEvent.Judged>().Sum(judged => judged.DurationMs));
        }
    }

    private void LeaveStale() => _flow!.LeaveStale();

    // Asking for a picture makes it again; the view that follows is pushed.
    private async Task RetryAsync()
    {
        foreach (var candidate in View.Candidates.Where(c => c.Picture is null))
        {
            await _session!.PictureAsync(candidate.Id, _gone.Token);
        }

        await _flow!.ReceiveAsync(await _session!.CurrentAsync(_gone.Token), _gone.Token);
    }
}
