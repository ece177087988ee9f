namespace Ranking.Engine.Diffusion;

/// <summary>A quick look at an ONNX file, without loading it.</summary>
internal static class OnnxFile
{
    private const int VersionTag = 8;
    private const int GraphField = 7;

    /// <summary>What is wrong with a file; null when it looks whole.</summary>
    /// <remarks>
    /// Walks the outermost fields of the protocol buffer and skips their content, so that a missing, cut or foreign file
    /// is found in microseconds, however large it is.
    /// </remarks>
    public static string? Problem(string file)
    {
        try
        {
            using var stream = File.OpenRead(file);
            if (stream.Length == 0)
            {
                return "is empty";
            }

            if (stream.ReadByte() != VersionTag)
            {
                return "is not an ONNX file";
            }

            stream.Position = 0;
            var hasGraph = false;
            while (stream.Position < stream.Length)
            {
                var tag = Varint(stream);
                switch (tag & 7)
                {
                    case 0:
                        Varint(stream);
                        break;
                    case 2:
                        var length = Varint(stream);
                        if (length > (ulong)(stream.Length - stream.Position))
                        {
                            return "is cut short";
                        }

                        hasGraph |= tag >> 3 == GraphField && length > 0;
                        stream.Seek((long)length, SeekOrigin.Current);
                        break;
                    default:
                        return "is not an ONNX file";
                }
            }

            return hasGraph ? null : "is not an ONNX file";
        }
        catch (Exception error) when (error is FileNotFoundException or DirectoryNotFoundException)
        {
            return "is missing";
        }
        catch (EndOfStreamException)
        {
            return "is cut short";
        }
        catch (Exception error) when (error is IOException or UnauthorizedAccessException)
        {
            return $"cannot be read: {error.Message}";
        }
    }

    private static ulong Varint(FileStream stream)
    {
        ulong value = 0;
        for (var shift = 0; shift < 64; shift += 7)
        {
            var next = stream.ReadByte();
            if (next < 0)
            {
                throw new EndOfStreamException();
            }

            value |= (ulong)(next & 0x7f) << shift;
            if (next < 0x80)
            {
                break;
            }
        }

        return value;
    }
}
