using System.Reflection;
using Confluent.Kafka;

namespace StockPipeline.StreamingTests.Support;

/// <summary>Stands where an admin client is, and knows whether it was disposed; it cannot be asked anything. Proxies are descended from it.</summary>
public class AdminStandIn : DispatchProxy
{
    private bool disposed;

    public static IAdminClient New() => Create<IAdminClient, AdminStandIn>();

    public static bool IsDisposed(IAdminClient client) => Volatile.Read(ref ((AdminStandIn)(object)client).disposed);

    protected override object? Invoke(MethodInfo? targetMethod, object?[]? args)
    {
        if (targetMethod?.Name != nameof(IDisposable.Dispose))
            throw new NotSupportedException(targetMethod?.Name);
        Volatile.Write(ref disposed, true);
        return null;
    }
}
