using Microsoft.EntityFrameworkCore;
using Microsoft.EntityFrameworkCore.Design;
using Ranking.Data;
using Ranking.Data.Sqlite;

namespace Ranking.Migrations;

/// <summary>Makes the context that <c>dotnet ef</c> compares with the migrations.</summary>
internal sealed class DesignTime : IDesignTimeDbContextFactory<RankingDb>
{
    public RankingDb CreateDbContext(string[] args) =>
        new((DbContextOptions<RankingDb>)new DbContextOptionsBuilder<RankingDb>().UseRankingSqlite("design.db").Options);

    private static int Main()
    {
        Console.Error.WriteLine("Used by dotnet ef only.");
        return 2;
    }
}
