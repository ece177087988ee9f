using System.Collections.Immutable;
using System.Globalization;
using System.Text.Json;
using System.Text.Json.Nodes;
using Microsoft.AspNetCore.Components;
using Microsoft.AspNetCore.Components.Routing;
using Ranking.Engine;
using Ranking.Engine.Functions;
using Ranking.Engine.Playground;
using Ranking.Engine.Plots;
using Ranking.Web.Components;

namespace Ranking.Web.Playground;

/// <summary>What happens on the playground: every change goes into the address and starts the race anew.</summary>
public sealed partial class PlaygroundPage : IDisposable
{
    // Races shorter than this show no progress.
    private static readonly TimeSpan Patience = TimeSpan.FromMilliseconds(250);

    private static readonly SettingsSchema RulesSchema = SettingsSchema.Of(typeof(RaceRules));

    private CancellationTokenSource _running = new();
    private Shown _shown = null!;
    private Relief _relief = null!;
    private ImmutableArray<string> _notices = [];
    private ImmutableArray<string> _raceNames = [];
    private ImmutableArray<Trajectory> _race;
    private Figure? _figure;
    private JsonObject? _rulesDraft;
    private double? _progress;
    private string? _startError;
    private string _summary = "";
    private int _chosen;
    private bool _plays = true;

    [Inject] private RaceAddress Address { get; set; } = null!;

    [Inject] private Race Racing { get; set; } = null!;

    [Inject] private Catalog<TestFunction> Functions { get; set; } = null!;

    [Inject] private Catalog<IOptimizer> Optimizers { get; set; } = null!;

    [Inject] private NavigationManager Navigation { get; set; } = null!;

    [Inject] private TimeProvider Clock { get; set; } = null!;

    private RaceSetup Setup => _shown.Setup;

    private ImmutableArray<string> Names => RaceWords.Names(Setup.Optimizers, Optimizers);

    private JsonObject RuleValues => JsonObject.Create(RulesSchema.Write(Setup.Rules))!;

    /// <inheritdoc/>
    protected override void OnInitialized()
    {
        Read();
        Navigation.LocationChanged += OnLocationChanged;
    }

    /// <inheritdoc/>
    protected override void OnAfterRender(bool firstRender)
    {
        // Not while the page is rendered on the server before the browser is connected: the race would be run twice.
        if (firstRender)
        {
            Navigation.NavigateTo("playground" + Address.Write(_shown), replace: true);
            _ = RunAsync();
        }
    }

    /// <inheritdoc/>
    public void Dispose()
    {
        Navigation.LocationChanged -= OnLocationChanged;
        _running.Cancel();
        _running.Dispose();
    }

    private void Read()
    {
        (var shown, _notices) = Address.Read(new Uri(Navigation.Uri).Query);
        if (_shown?.Setup.Function != shown.Setup.Function)
        {
            _relief = Relief.Of(Functions[shown.Setup.Function]);
        }

        _shown = shown;
        (_rulesDraft, _startError) = (null, null);
        _chosen = Math.Clamp(_chosen, 0, Math.Max(0, Setup.Optimizers.Length - 1));
    }

    // Somebody went back or forward, or followed a link to another race.
    private void OnLocationChanged(object? sender, LocationChangedEventArgs e)
    {
        var here = Navigation.ToBaseRelativePath(e.Location);
        if (here.Split('?')[0].Equals("playground", StringComparison.OrdinalIgnoreCase) && new Uri(e.Location).Query != Address.Write(_shown))
        {
            Read();
            _ = InvokeAsync(RunAsync);
        }
    }

    private Task Change(RaceSetup setup, bool plays = false)
    {
        _plays = plays;
        Show(_shown with { Setup = setup });
        return RunAsync();
    }

    private void Look(Shown shown)
    {
        _plays = false;
        Show(shown);
    }

    private void Show(Shown shown)
    {
        if (shown.Setup.Function != _shown.Setup.Function)
        {
            _relief = Relief.Of(Functions[shown.Setup.Function]);
        }

        _shown = shown;
        _notices = [];
        Navigation.NavigateTo("playground" + Address.Write(shown), replace: true);
        Draw();
    }

    private Task ChooseLandscape(string key)
    {
        var start = Functions[key].Start(2);
        return Change(Setup with { Function = key, StartX = start[0], StartY = start[1] }, plays: true);
    }

    private Task Move((double X, double Y, bool Plays) to)
    {
        _startError = null;
        var (lower, upper) = _relief.Domain;
        return Change(Setup with { StartX = Math.Clamp(to.X, lower, upper), StartY = Math.Clamp(to.Y, lower, upper) }, to.Plays);
    }

    private Task MoveTo(string? x, string? y)
    {
        var isNumber = double.TryParse((x ?? y)!.Trim().Replace(',', '.'), NumberStyles.Float, CultureInfo.InvariantCulture, out var typed);
        var (toX, toY) = x is null ? (Setup.StartX, typed) : (typed, Setup.StartY);
        if (isNumber && RaceAddress.IsOnMap(Functions[Setup.Function], toX, toY))
        {
            return Move((toX, toY, false));
        }

        var (lower, upper) = _relief.Domain;
        _startError = string.Create(CultureInfo.InvariantCulture, $"The start must be two numbers between {lower} and {upper}.");
        return Task.CompletedTask;
    }

    private Task SetRules(JsonObject values)
    {
        _rulesDraft = values;
        if (SettingsForm.Refusals(RulesSchema, values).Count > 0)
        {
            return Task.CompletedTask;
        }

        _rulesDraft = null;
        return Change(Setup with { Rules = (RaceRules)RulesSchema.Read(JsonSerializer.SerializeToElement(values)) });
    }

    private void Cancel()
    {
        _running.Cancel();
        _notices = ["The race was cancelled. What is shown is the race before; change something to race again."];
    }

    private async Task RunAsync()
    {
        await _running.CancelAsync();
        _running.Dispose();
        var running = _running = new CancellationTokenSource();
        var (setup, names, began) = (Setup, Names, Clock.GetTimestamp());
        var told = began;
        try
        {
            _race = await Task.Run(() => Racing.Run(setup, new Listener(Tell), running.Token), running.Token);
            _raceNames = names;
            _summary = RaceWords.Summary(_race, names);
            Draw();
        }
        catch (OperationCanceledException)
        {
            // Another race has begun, or the person does not want to wait.
        }
        finally
        {
            if (ReferenceEquals(running, _running))
            {
                _progress = null;
                await InvokeAsync(StateHasChanged);
            }
        }

        void Tell(double share)
        {
            var now = Clock.GetTimestamp();
            if (Clock.GetElapsedTime(began, now) < Patience || Clock.GetElapsedTime(told, now) < Patience || running.IsCancellationRequested)
            {
                return;
            }

            told = now;
            _ = InvokeAsync(() =>
            {
                _progress = running.IsCancellationRequested ? null : share;
                StateHasChanged();
            });
        }
    }

    private void Draw() => _figure = _race.IsDefaultOrEmpty ? null : RaceFigure.Draw(_race, _raceNames, _shown);

    private sealed class Listener(Action<double> hear) : IProgress<double>
    {
        public void Report(double value) => hear(value);
    }
}
