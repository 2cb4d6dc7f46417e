// Colours of the FKS indicator: ready-made brushes only, which are frozen and may be used from every thread.
using System.Windows.Media;

namespace FuturesCopilot.Fks
{
    public static class FksColours
    {
        /// <summary>Green and red by side, lime and orange when the volume stands out; null is the chart's own colour.</summary>
        public static Brush BodyOf(FksSide side, bool isSpike)
        {
            if (side == FksSide.Up)
                return isSpike ? Brushes.Lime : Brushes.Green;
            if (side == FksSide.Down)
                return isSpike ? Brushes.Orange : Brushes.Red;
            return null;
        }

        public static Brush OutlineOf(FksSide side)
        {
            if (side == FksSide.Flat)
                return null;
            return side == FksSide.Up ? Brushes.DarkGreen : Brushes.DarkRed;
        }

        public static Brush LabelOf(string label)
        {
            if (label == FksLabels.TextOf(FksHint.Protect))
                return Brushes.Gold;
            return label == FksLabels.TextOf(FksHint.Add) ? Brushes.DodgerBlue : Brushes.Gray;
        }
    }
}
