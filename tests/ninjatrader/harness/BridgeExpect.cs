using System;
using System.Collections.Generic;
using System.Diagnostics;
using System.Threading;

namespace FuturesCopilot.Harness
{
    internal static class Expect
    {
        public static void That(bool isTrue, string what)
        {
            if (!isTrue)
                throw new InvalidOperationException("not so: " + what);
        }

        public static void Equal<T>(T expected, T actual, string what)
        {
            if (!EqualityComparer<T>.Default.Equals(expected, actual))
                throw new InvalidOperationException(what + ": expected " + expected + ", was " + actual);
        }

        /// <summary>Waits until something has come true.</summary>
        public static void Soon(Func<bool> check, string what)
        {
            Stopwatch since = Stopwatch.StartNew();
            while (!check())
            {
                if (since.ElapsedMilliseconds > 15000)
                    throw new InvalidOperationException("not within 15 s: " + what);
                Thread.Sleep(10);
            }
        }
    }
}
