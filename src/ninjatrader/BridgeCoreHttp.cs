using System;
using System.Net;
using System.Net.Http;
using System.Text;
using System.Threading;

namespace FuturesCopilot.Bridge
{
    /// <summary>What became of a request.</summary>
    internal sealed class BridgeAnswer
    {
        /// <summary>0 when nothing answered.</summary>
        public int Status { get; set; }
        public string Text { get; set; }
        /// <summary>True when the request certainly did not reach the other side, so that its number is still free.</summary>
        public bool NeverLeft { get; set; }

        public bool IsOk
        {
            get { return Status >= 200 && Status < 300; }
        }

        /// <summary>True when the other side may have taken the request although it did not say so.</summary>
        public bool IsOpen
        {
            get { return !NeverLeft && (Status == 0 || Status >= 500); }
        }

        public string Describe()
        {
            if (Status == 401)
                return "the co-pilot refuses the API key (401): compare it with BRIDGE_API_KEY or the file bridge-key";
            if (Status == 404)
                return "no co-pilot intake at this address (404): is the port right?";
            string text = JsonWriter.Clean(Text, 200);
            return Status == 0 ? "no answer: " + text : "answer " + Status + ": " + text;
        }
    }

    /// <summary>
    /// One HttpClient for the whole process, as .NET wants it; every core that uses it holds it open, and the last to let go
    /// disposes of it with its sockets.
    /// </summary>
    internal static class BridgeHttp
    {
        private const int AnswerBytesMax = 256 * 1024;
        /// <summary>.NET Framework allows two connections per host; a long poll and a post of two scripts need more.</summary>
        private const int ConnectionsMax = 16;
        private static readonly object Gate = new object();
        private static HttpClient client;
        private static int holders;

        internal static int Holders
        {
            get
            {
                lock (Gate)
                    return holders;
            }
        }

        public static void Hold(Uri address)
        {
            lock (Gate)
            {
                if (holders++ == 0)
                {
                    HttpClientHandler handler = new HttpClientHandler();
                    handler.UseProxy = false;
                    handler.UseCookies = false;
                    handler.AllowAutoRedirect = false;
                    client = new HttpClient(handler, true);
                    client.Timeout = Timeout.InfiniteTimeSpan;
                    client.MaxResponseContentBufferSize = AnswerBytesMax;
                }
                ServicePoint point = ServicePointManager.FindServicePoint(address);
                point.ConnectionLimit = ConnectionsMax;
                // A question "may I send?" before each body costs a round trip.
                point.Expect100Continue = false;
                point.UseNagleAlgorithm = false;
            }
        }

        public static void Release()
        {
            HttpClient last = null;
            lock (Gate)
            {
                if (holders > 0 && --holders == 0)
                {
                    last = client;
                    client = null;
                }
            }
            if (last != null)
                last.Dispose();
        }

        /// <summary>Why an address may not be used, or null. A key in clear text stays on this computer.</summary>
        public static string WhyNot(string url, out Uri address)
        {
            if (!Uri.TryCreate((url ?? string.Empty).Trim().TrimEnd('/') + "/", UriKind.Absolute, out address))
                return "the address \"" + JsonWriter.Clean(url, 100) + "\" is not a web address such as http://127.0.0.1:8001";
            if (address.Scheme == "https" || (address.Scheme == "http" && address.IsLoopback))
                return null;
            return "the address " + address + " is not on this computer: use https for it, or http://127.0.0.1:8001";
        }

        /// <summary>Sends and waits; only background threads come here. A null body is a GET.</summary>
        public static BridgeAnswer Send(Uri address, string apiKey, string body, int timeoutMs, CancellationToken stop)
        {
            BridgeAnswer answer = new BridgeAnswer();
            HttpClient mine;
            lock (Gate)
                mine = client;
            if (mine == null || stop.IsCancellationRequested)
            {
                answer.NeverLeft = true;
                answer.Text = "stopped";
                return answer;
            }
            using (CancellationTokenSource limit = CancellationTokenSource.CreateLinkedTokenSource(stop))
            using (HttpRequestMessage request = new HttpRequestMessage(body == null ? HttpMethod.Get : HttpMethod.Post, address))
            {
                limit.CancelAfter(timeoutMs);
                request.Headers.TryAddWithoutValidation("X-API-Key", apiKey);
                if (body != null)
                    request.Content = new StringContent(body, Encoding.UTF8, "application/json");
                try
                {
                    using (HttpResponseMessage response = mine.SendAsync(request, limit.Token).GetAwaiter().GetResult())
                    {
                        answer.Status = (int)response.StatusCode;
                        answer.Text = response.Content == null ? string.Empty : response.Content.ReadAsStringAsync().GetAwaiter().GetResult();
                    }
                }
                catch (OperationCanceledException)
                {
                    answer.Text = stop.IsCancellationRequested ? "stopped" : "nothing within " + timeoutMs / 1000.0 + " s";
                }
                catch (Exception e)
                {
                    answer.NeverLeft = answer.Status == 0 && NeverConnected(e);
                    answer.Status = 0;
                    answer.Text = Innermost(e).Message;
                }
            }
            return answer;
        }

        private static bool NeverConnected(Exception e)
        {
            for (Exception inner = e; inner != null; inner = inner.InnerException)
            {
                WebException web = inner as WebException;
                if (web != null)
                    return web.Status == WebExceptionStatus.ConnectFailure || web.Status == WebExceptionStatus.NameResolutionFailure;
            }
            return false;
        }

        private static Exception Innermost(Exception e)
        {
            while (e.InnerException != null)
                e = e.InnerException;
            return e;
        }
    }
}
