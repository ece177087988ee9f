using Ranking.Engine.Rendering;

namespace Ranking.Engine.Control;

/// <summary>The colours in which control tasks are drawn: the same petrol and grey as the rest of the product.</summary>
internal static class Ink
{
    /// <summary>The ground.</summary>
    public static readonly Colour Paper = new(0xF6, 0xF8, 0xF8);

    /// <summary>What does not move.</summary>
    public static readonly Colour Ground = new(0xA9, 0xB4, 0xB8);

    /// <summary>What moves.</summary>
    public static readonly Colour Body = new(0x0B, 0x6B, 0x73);

    /// <summary>What matters most of it.</summary>
    public static readonly Colour Tip = new(0xD9, 0x6B, 0x27);
}
