using Ranking.Web.Admin;
using Ranking.Web.Api;
using Ranking.Web.Auth;
using Ranking.Web.Components;
using Ranking.Web.Hosting;
using Ranking.Web.Playground;

var builder = WebApplication.CreateBuilder(new WebApplicationOptions { Args = args, ContentRootPath = AppContext.BaseDirectory });
builder.UseRankingHost();
builder.Services.AddRankingEngine();
builder.Services.AddRankingStudies(builder.Configuration);
builder.Services.AddRankingAuth();
builder.Services.AddRankingApi(builder.Configuration);
builder.Services.AddRankingPages();

var app = builder.Build();
app.UseRankingErrors();
app.UseAuthentication();
app.UseRateLimiter();
app.UseAuthorization();
app.UseAntiforgery();
app.MapStaticAssets().AllowAnonymous();
app.MapLogin();
app.MapRankingApi();
app.MapExport();
app.MapRaceCsv();
app.MapRazorComponents<App>().AddInteractiveServerRenderMode();
return await app.RunRankingAsync();

/// <summary>The composition root: the only place that names implementations.</summary>
public partial class Program;
