using Microsoft.EntityFrameworkCore;

namespace Ranking.Data;

/// <summary>The database. Text, whole numbers and bytes only, so that every provider stores the same; times are Unix milliseconds.</summary>
public sealed class RankingDb(DbContextOptions<RankingDb> options) : DbContext(options)
{
    /// <summary>Studies.</summary>
    public DbSet<StudyRow> Studies => Set<StudyRow>();

    /// <summary>Sessions.</summary>
    public DbSet<SessionRow> Sessions => Set<SessionRow>();

    /// <summary>The events of all sessions.</summary>
    public DbSet<EventRow> Events => Set<EventRow>();

    /// <summary>The newest snapshot of each session.</summary>
    public DbSet<SnapshotRow> Snapshots => Set<SnapshotRow>();

    /// <summary>The files of the artifact folder.</summary>
    public DbSet<ArtifactRow> Artifacts => Set<ArtifactRow>();

    /// <summary>The pictures of points.</summary>
    public DbSet<PictureRow> Pictures => Set<PictureRow>();

    /// <summary>Keys of the REST API.</summary>
    public DbSet<ApiKeyRow> ApiKeys => Set<ApiKeyRow>();

    /// <summary>First answers to requests with an idempotency key.</summary>
    public DbSet<IdempotencyRow> Idempotency => Set<IdempotencyRow>();

    /// <summary>Unsubmitted orders.</summary>
    public DbSet<DraftRow> Drafts => Set<DraftRow>();

    /// <inheritdoc/>
    protected override void OnModelCreating(ModelBuilder modelBuilder)
    {
        ArgumentNullException.ThrowIfNull(modelBuilder);
        modelBuilder.Entity<StudyRow>().HasIndex(s => new { s.Archived, s.CreatedMs });
        modelBuilder.Entity<SessionRow>(session =>
        {
            session.HasIndex(s => new { s.StudyId, s.CreatedMs });
            session.HasOne<StudyRow>().WithMany().HasForeignKey(s => s.StudyId);
            session.Property(s => s.Seed).HasConversion<long>();
            session.Property(s => s.Status).HasConversion<string>();
        });
        modelBuilder.Entity<EventRow>(@event =>
        {
            @event.HasKey(e => new { e.SessionId, e.Sequence });
            @event.HasOne<SessionRow>().WithMany().HasForeignKey(e => e.SessionId);
        });
        modelBuilder.Entity<SnapshotRow>(snapshot =>
        {
            snapshot.HasKey(s => s.SessionId);
            snapshot.HasOne<SessionRow>().WithOne().HasForeignKey<SnapshotRow>(s => s.SessionId);
        });
        modelBuilder.Entity<ArtifactRow>().HasKey(a => a.Hash);
        modelBuilder.Entity<PictureRow>().HasKey(p => p.Key);
        modelBuilder.Entity<ApiKeyRow>(key =>
        {
            key.HasIndex(k => k.SecretHash).IsUnique();
            key.HasOne<StudyRow>().WithMany().HasForeignKey(k => k.StudyId).OnDelete(DeleteBehavior.Cascade);
        });
        modelBuilder.Entity<IdempotencyRow>(answer =>
        {
            answer.HasKey(i => new { i.Key, i.Route });
            answer.HasIndex(i => i.CreatedMs);
        });
        modelBuilder.Entity<DraftRow>(draft =>
        {
            draft.HasKey(d => new { d.SessionId, d.BatchId, d.Rater });
            draft.HasOne<SessionRow>().WithMany().HasForeignKey(d => d.SessionId);
        });
    }
}
