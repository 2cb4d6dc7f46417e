// Stand-ins for the parts of WPF and of the data annotations that NinjaScript uses and a bare mono does not have.
using System;

namespace System.Windows
{
    public enum TextAlignment { Left, Right, Center, Justify }
}

namespace System.Windows.Media
{
    public struct Color
    {
        public byte A, R, G, B;

        public static Color FromRgb(byte r, byte g, byte b)
        {
            return FromArgb(255, r, g, b);
        }

        public static Color FromArgb(byte a, byte r, byte g, byte b)
        {
            Color color = new Color();
            color.A = a;
            color.R = r;
            color.G = g;
            color.B = b;
            return color;
        }

        public override string ToString()
        {
            return string.Format("#{0:X2}{1:X2}{2:X2}{3:X2}", A, R, G, B);
        }
    }

    /// <summary>A brush made on one thread and not frozen throws on another, as the real one does.</summary>
    public abstract class Brush
    {
        private readonly int maker = System.Threading.Thread.CurrentThread.ManagedThreadId;
        private double opacity = 1;

        public bool IsFrozen { get; private set; }

        public void Freeze()
        {
            IsFrozen = true;
        }

        public double Opacity
        {
            get
            {
                CheckAccess();
                return opacity;
            }
            set
            {
                if (IsFrozen)
                    throw new InvalidOperationException("a frozen brush cannot be changed");
                CheckAccess();
                opacity = value;
            }
        }

        internal void CheckAccess()
        {
            if (!IsFrozen && System.Threading.Thread.CurrentThread.ManagedThreadId != maker)
                throw new InvalidOperationException("the brush belongs to another thread and is not frozen");
        }
    }

    public class SolidColorBrush : Brush
    {
        private readonly Color color;

        public SolidColorBrush(Color color)
        {
            this.color = color;
        }

        public Color Color
        {
            get { return color; }
        }

        internal string Word { get; set; }

        public override string ToString()
        {
            return Word ?? color.ToString();
        }
    }

    public static class Brushes
    {
        private static SolidColorBrush Make(string word, byte r, byte g, byte b)
        {
            SolidColorBrush brush = new SolidColorBrush(Color.FromRgb(r, g, b));
            brush.Word = word;
            brush.Freeze();
            return brush;
        }

        public static readonly SolidColorBrush Transparent = Make("Transparent", 255, 255, 255);
        public static readonly SolidColorBrush Black = Make("Black", 0, 0, 0);
        public static readonly SolidColorBrush White = Make("White", 255, 255, 255);
        public static readonly SolidColorBrush WhiteSmoke = Make("WhiteSmoke", 245, 245, 245);
        public static readonly SolidColorBrush Gainsboro = Make("Gainsboro", 220, 220, 220);
        public static readonly SolidColorBrush LightGray = Make("LightGray", 211, 211, 211);
        public static readonly SolidColorBrush Silver = Make("Silver", 192, 192, 192);
        public static readonly SolidColorBrush Gray = Make("Gray", 128, 128, 128);
        public static readonly SolidColorBrush DimGray = Make("DimGray", 105, 105, 105);
        public static readonly SolidColorBrush SlateGray = Make("SlateGray", 112, 128, 144);
        public static readonly SolidColorBrush DarkSlateGray = Make("DarkSlateGray", 47, 79, 79);
        public static readonly SolidColorBrush Red = Make("Red", 255, 0, 0);
        public static readonly SolidColorBrush Crimson = Make("Crimson", 220, 20, 60);
        public static readonly SolidColorBrush DarkRed = Make("DarkRed", 139, 0, 0);
        public static readonly SolidColorBrush Orange = Make("Orange", 255, 165, 0);
        public static readonly SolidColorBrush DarkOrange = Make("DarkOrange", 255, 140, 0);
        public static readonly SolidColorBrush Gold = Make("Gold", 255, 215, 0);
        public static readonly SolidColorBrush Goldenrod = Make("Goldenrod", 218, 165, 32);
        public static readonly SolidColorBrush Yellow = Make("Yellow", 255, 255, 0);
        public static readonly SolidColorBrush Lime = Make("Lime", 0, 255, 0);
        public static readonly SolidColorBrush LimeGreen = Make("LimeGreen", 50, 205, 50);
        public static readonly SolidColorBrush Green = Make("Green", 0, 128, 0);
        public static readonly SolidColorBrush ForestGreen = Make("ForestGreen", 34, 139, 34);
        public static readonly SolidColorBrush DarkGreen = Make("DarkGreen", 0, 100, 0);
        public static readonly SolidColorBrush Cyan = Make("Cyan", 0, 255, 255);
        public static readonly SolidColorBrush Blue = Make("Blue", 0, 0, 255);
        public static readonly SolidColorBrush DodgerBlue = Make("DodgerBlue", 30, 144, 255);
        public static readonly SolidColorBrush RoyalBlue = Make("RoyalBlue", 65, 105, 225);
        public static readonly SolidColorBrush Magenta = Make("Magenta", 255, 0, 255);
        public static readonly SolidColorBrush Purple = Make("Purple", 128, 0, 128);
    }
}

namespace System.ComponentModel.DataAnnotations
{
    [AttributeUsage(AttributeTargets.Property)]
    public sealed class DisplayAttribute : Attribute
    {
        public string Name { get; set; }
        public string Description { get; set; }
        public string GroupName { get; set; }
        public int Order { get; set; }
    }

    [AttributeUsage(AttributeTargets.Property)]
    public sealed class RangeAttribute : Attribute
    {
        public RangeAttribute(int minimum, int maximum)
        {
            Minimum = minimum;
            Maximum = maximum;
        }

        public RangeAttribute(double minimum, double maximum)
        {
            Minimum = minimum;
            Maximum = maximum;
        }

        public object Minimum { get; private set; }
        public object Maximum { get; private set; }
    }
}
