using Ranking.Engine.Diffusion;

namespace Ranking.Engine.Tests.Diffusion;

public sealed class PictureTests
{
    [Theory]
    [InlineData(1, 1)]
    [InlineData(7, 5)]
    [InlineData(64, 48)]
    public void A_picture_survives_the_file(int width, int height)
    {
        var picture = Noisy(width, height);
        var back = Png.Decode(Png.Encode(picture));
        Assert.Equal((width, height), (back.Width, back.Height));
        Assert.Equal(picture.Rgb, back.Rgb);
    }

    [Fact]
    public void The_same_picture_gives_the_same_bytes() => Assert.Equal(Png.Encode(Noisy(33, 21)), Png.Encode(Noisy(33, 21)));

    // Made by another program (Pillow 9.4): 2×2, red green / blue white.
    [Fact]
    public void Files_of_other_programs_can_be_read()
    {
        var file = Convert.FromBase64String("iVBORw0KGgoAAAANSUhEUgAAAAIAAAACCAIAAAD91JpzAAAAFklEQVR4nGP4z8DA8J+BkYHh////DAAe9gT9Ce00PgAAAABJRU5ErkJggg==");
        Assert.Equal([255, 0, 0, 0, 255, 0, 0, 0, 255, 255, 255, 255], Png.Decode(file).Rgb);
    }

    [Fact]
    public void Damage_is_noticed()
    {
        var file = Png.Encode(Noisy(16, 16));
        file[^30] ^= 1;
        Assert.Throws<InvalidDataException>(() => Png.Decode(file));
        Assert.Throws<InvalidDataException>(() => Png.Decode("no picture"u8));
    }

    [Fact]
    public void The_decoders_numbers_become_bytes()
    {
        var picture = Picture.FromPlanes([-1, 0, 1, 2, -1.5, 1], 2, 1);
        Assert.Equal([0, 255, 0, 128, 255, 255], picture.Rgb);
    }

    [Fact]
    public void A_smaller_picture_has_the_means_and_a_larger_one_the_copies()
    {
        var picture = new Picture(4, 2, [0, 0, 0, 40, 0, 0, 9, 9, 9, 9, 9, 9, 80, 0, 4, 0, 0, 0, 9, 9, 9, 9, 9, 9]);
        var small = picture.Resize(2);
        Assert.Equal((2, 1), (small.Width, small.Height));
        Assert.Equal([30, 0, 1, 9, 9, 9], small.Rgb);

        var large = picture.Resize(8);
        Assert.Equal((8, 4), (large.Width, large.Height));
        Assert.Equal(picture.Rgb, large.Resize(4).Rgb);
    }

    private static Picture Noisy(int width, int height)
    {
        var noise = new double[3 * width * height];
        Noise.Philox(5, Purpose.Begin, 0).Normal(0, noise);
        return Picture.FromPlanes(noise, width, height);
    }
}
