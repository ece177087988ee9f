using System.Globalization;
using Ranking.Engine.Sessions;

namespace Ranking.Web.Rate;

/// <summary>Small texts of the ranking pages.</summary>
public static class Words
{
    private static readonly string[] Numbers =
        ["no", "one", "two", "three", "four", "five", "six", "seven", "eight", "nine", "ten", "eleven", "twelve"];

    /// <summary>A number in words up to twelve, else in digits.</summary>
    public static string Number(int number) =>
        number >= 0 && number < Numbers.Length ? Numbers[number] : number.ToString(CultureInfo.InvariantCulture);

    /// <summary>A number with its noun.</summary>
    public static string Count(int number, string one, string many) =>
        string.Create(CultureInfo.InvariantCulture, $"{number:N0} {(number == 1 ? one : many)}");

    /// <summary>The text with a capital first letter.</summary>
    public static string Capital(string text) => text.Length == 0 ? text : char.ToUpperInvariant(text[0]) + text[1..];

    /// <summary>A place: 1st, 2nd, 3rd, 4th, 11th.</summary>
    public static string Ordinal(int place) => (place % 100 is >= 11 and <= 13 ? 0 : place % 10) switch
    {
        1 => $"{place}st",
        2 => $"{place}nd",
        3 => $"{place}rd",
        _ => $"{place}th",
    };

    /// <summary>The cap of the key for a position, as in <c>wwwroot/js/rate/keys.js</c>; empty beyond twelve.</summary>
    public static string KeyCap(int position) => position < 12 ? "1234567890-="[position].ToString() : "";

    /// <summary>Short name of a stored answer, for people to quote: <c>R7-4F2A</c>.</summary>
    public static string Receipt(int round, Guid judgementId) => $"R{round}-{judgementId.ToString("N")[..4].ToUpperInvariant()}";

    /// <summary>How long something took, in the unit that fits.</summary>
    public static string Duration(TimeSpan time) =>
        time.TotalSeconds < 90 ? Count((int)Math.Round(time.TotalSeconds), "second", "seconds") : Count((int)Math.Round(time.TotalMinutes), "minute", "minutes");

    /// <summary>Address of a candidate's picture.</summary>
    public static string Picture(string candidateId) => $"api/v1/candidates/{candidateId}/image";

    /// <summary>Address of what a candidate is becoming; another one for each new glimpse.</summary>
    public static string Glimpse(CandidateView candidate) => $"api/v1/candidates/{candidate.Id}/glimpse?n={candidate.Glimpse}";
}
