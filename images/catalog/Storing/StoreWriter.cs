using Npgsql;
using NpgsqlTypes;
using StockPipeline.Catalog.Offers;
using StockPipeline.Contracts.Catalog;

namespace StockPipeline.CatalogApi.Storing;

/// <summary>
/// Writes batches of records to the tables, each in one transaction with the places in the topics that it brings the store to. A record never takes
/// the place of a later one. Used by one thread at a time, which may block.
/// </summary>
internal sealed class StoreWriter(NpgsqlDataSource database)
{
    private const string UpsertProducts =
        """
        insert into catalog.product as known (id, key, revision, gone, name, brand, model, folded, completeness, conflicts, changed_at, record,
            partition, record_offset)
        select * from unnest($1::int[], $2::text[], $3::int[], $4::boolean[], $5::text[], $6::text[], $7::text[], $8::text[], $9::real[], $10::int[],
            $11::timestamptz[], $12::bytea[], $13::int[], $14::bigint[])
        on conflict (id) do update set key = excluded.key, revision = excluded.revision, gone = excluded.gone, name = excluded.name,
            brand = excluded.brand, model = excluded.model, folded = excluded.folded, completeness = excluded.completeness,
            conflicts = excluded.conflicts, changed_at = excluded.changed_at, record = excluded.record, partition = excluded.partition,
            record_offset = excluded.record_offset
        where known.record_offset < excluded.record_offset
        """;

    private const string UpsertOffers =
        """
        insert into catalog.offer as known (key, partner, price, old_price, currency, available, observed_at, held, held_since, partition,
            record_offset)
        select * from unnest($1::text[], $2::text[], $3::numeric[], $4::numeric[], $5::text[], $6::boolean[], $7::timestamptz[], $8::numeric[],
            $9::timestamptz[], $10::int[], $11::bigint[])
        on conflict (key, partner) do update set price = excluded.price, old_price = excluded.old_price, currency = excluded.currency,
            available = excluded.available, observed_at = excluded.observed_at, held = excluded.held, held_since = excluded.held_since,
            partition = excluded.partition, record_offset = excluded.record_offset
        where known.record_offset < excluded.record_offset
        """;

    private Dictionary<(string Topic, int Partition), long> positions = [];
    private IReadOnlyDictionary<string, string> ids = new Dictionary<string, string>();

    /// <summary>Where reading of a partition begins to matter: what stands before was stored when the tables were opened.</summary>
    public long PositionOf(string topic, int partition) => positions.GetValueOrDefault((topic, partition));

    /// <summary>Reads the positions; those of a topic that was created anew since are worth nothing, and neither is what was read from it.</summary>
    public void Open(IReadOnlyDictionary<string, string> topicIds, string products, string offers, string changes)
    {
        using var session = database.OpenConnection();
        using var transaction = session.BeginTransaction();
        var known = new Dictionary<(string, int), long>();
        var isOther = new HashSet<string>(StringComparer.Ordinal);
        using (var query = new NpgsqlCommand("select topic, partition, topic_id, next_offset from catalog.position", session))
        using (var rows = query.ExecuteReader())
        {
            while (rows.Read())
            {
                if (topicIds.GetValueOrDefault(rows.GetString(0)) == rows.GetString(2))
                    known[(rows.GetString(0), rows.GetInt32(1))] = rows.GetInt64(3);
                else
                    isOther.Add(rows.GetString(0));
            }
        }
        foreach (var topic in isOther)
        {
            if (topic == products)
                Execute(session, "truncate catalog.product");
            else if (topic == offers)
                Execute(session, "truncate catalog.offer");
            else if (topic == changes)
                Execute(session, "truncate catalog.change, catalog.price");
            using var forget = new NpgsqlCommand("delete from catalog.position where topic = $1",
                session) { Parameters = { new() { Value = topic } } };
            forget.ExecuteNonQuery();
        }
        transaction.Commit();
        (ids, positions) = (topicIds, known);
    }

    public void Store(StoreBatch batch)
    {
        using var session = database.OpenConnection();
        using var transaction = session.BeginTransaction();
        if (batch.Products.Count > 0)
            StoreProducts(session, [.. batch.Products.Values]);
        if (batch.Offers.Count > 0)
            StoreOffers(session, batch.Offers.Values);
        if (batch.Changes.Count > 0)
            StoreChanges(session, batch.Changes);
        SetPositions(session, batch.Next);
        transaction.Commit();
    }

    /// <summary>Lets the planner know what the tables hold.</summary>
    public void Analyze()
    {
        using var session = database.OpenConnection();
        Execute(session, "analyze catalog.product; analyze catalog.offer; analyze catalog.price; analyze catalog.change");
    }

    /// <summary>Removes what a partition's topic no longer holds: a store that slept longer than tombstones are kept never sees them.</summary>
    /// <returns>The keys that were removed; of offers with the partner behind a slash.</returns>
    public IReadOnlyList<string> Sweep(string table, int partition, IReadOnlySet<ulong> seen)
    {
        using var session = database.OpenConnection();
        var lost = new List<string>();
        using (var query = new NpgsqlCommand(
            table == "offer" ? "select key || '/' || partner from catalog.offer where partition = $1"
                : "select key from catalog.product where partition = $1",
            session)
        {
            Parameters = { new() { Value = partition } },
        })
        using (var rows = query.ExecuteReader())
        {
            while (rows.Read())
            {
                if (!seen.Contains(KeySums.Of(rows.GetString(0))))
                    lost.Add(rows.GetString(0));
            }
        }
        if (lost.Count == 0)
            return lost;
        using var delete = new NpgsqlCommand(
            table == "offer" ? "delete from catalog.offer where key || '/' || partner = any($1)" : "delete from catalog.product where key = any($1)",
            session)
        {
            Parameters = { new() { Value = lost.ToArray() } },
        };
        delete.ExecuteNonQuery();
        return lost;
    }

    private static void StoreProducts(NpgsqlConnection session, ProductRow[] rows)
    {
        using var upsert = new NpgsqlCommand(UpsertProducts, session)
        {
            Parameters =
            {
                Array(rows.Select(row => row.Id)), Array(rows.Select(row => row.Key)), Array(rows.Select(row => row.Revision)),
                Array(rows.Select(row => row.Indexed.Gone)), Array(rows.Select(row => row.Name)), Array(rows.Select(row => row.Brand)),
                Array(rows.Select(row => row.Model)), Array(rows.Select(row => row.Indexed.Folded)), Array(rows.Select(row => row.Completeness)),
                Array(rows.Select(row => row.Conflicts)), Array(rows.Select(row => row.ChangedAt)), Array(rows.Select(row => row.Record)),
                Array(rows.Select(row => row.Partition)), Array(rows.Select(row => row.Offset)),
            },
        };
        upsert.ExecuteNonQuery();
    }

    private static void StoreOffers(NpgsqlConnection session, IReadOnlyCollection<OfferRow> rows)
    {
        var said = rows.Where(row => row.Offer is not null).ToList();
        var gone = rows.Where(row => row.Offer is null).ToList();
        if (said.Count > 0)
        {
            using var upsert = new NpgsqlCommand(UpsertOffers, session)
            {
                Parameters =
                {
                    Array(said.Select(row => row.Product)), Array(said.Select(row => row.Partner)), Array(said.Select(row => row.Offer!.Price)),
                    Numbers(said.Select(row => row.Offer!.OldPrice)), Array(said.Select(row => row.Offer!.Currency)),
                    Array(said.Select(row => row.Offer!.Available)), Array(said.Select(row => row.Offer!.ObservedAt.UtcDateTime)),
                    Numbers(said.Select(row => row.Offer!.Held)), Instants(said.Select(row => row.Offer!.HeldSince)),
                    Array(said.Select(row => row.Partition)), Array(said.Select(row => row.Offset)),
                },
            };
            upsert.ExecuteNonQuery();
        }
        if (gone.Count == 0)
            return;
        using var delete = new NpgsqlCommand(
            "delete from catalog.offer using unnest($1::text[], $2::text[]) as gone(key, partner) where offer.key = gone.key "
            + "and offer.partner = gone.partner", session)
        {
            Parameters = { Array(gone.Select(row => row.Product)), Array(gone.Select(row => row.Partner)) },
        };
        delete.ExecuteNonQuery();
    }

    private static void StoreChanges(NpgsqlConnection session, IReadOnlyList<ChangeRow> rows)
    {
        using (var insert = new NpgsqlCommand(
            "insert into catalog.change select * from unnest($1::int[], $2::bigint[], $3::text[], $4::int[], $5::text[], $6::text[], $7::text[], "
            + "$8::text[], $9::timestamptz[]) on conflict do nothing", session)
        {
            Parameters =
            {
                Array(rows.Select(row => row.Partition)), Array(rows.Select(row => row.Offset)), Array(rows.Select(row => row.Change.Product)),
                Array(rows.Select(row => row.Change.Revision)), Array(rows.Select(row => row.Change.Field)),
                Array(rows.Select(row => row.Change.From)), Array(rows.Select(row => row.Change.To)), Array(rows.Select(row => row.Change.Partner)),
                Array(rows.Select(row => row.Change.At.UtcDateTime)),
            },
        })
        {
            insert.ExecuteNonQuery();
        }
        List<CatalogChange> prices =
            [.. rows.Select(row => row.Change).Where(change => change.Field.StartsWith(CatalogChange.PricePrefix, StringComparison.Ordinal))];
        if (prices.Count > 0)
            StorePrices(session, prices);
    }

    private static void StorePrices(NpgsqlConnection session, IReadOnlyList<CatalogChange> changes)
    {
        var points = changes.Select(change =>
            (Change: change, IsPrice: PriceText.TryParse(change.To, out var price, out var money, out var available),
            Price: price, Currency: money, Available: available)).ToList();
        using var insert = new NpgsqlCommand(
            "insert into catalog.price select * from unnest($1::text[], $2::text[], $3::timestamptz[], $4::numeric[], $5::text[], $6::boolean[]) "
            + "on conflict do nothing", session)
        {
            Parameters =
            {
                Array(points.Select(point => point.Change.Product)), Array(points.Select(point => point.Change.Partner)),
                Array(points.Select(point => point.Change.At.UtcDateTime)),
                Numbers(points.Select(point => point.IsPrice ? point.Price : (decimal?)null)),
                Array(points.Select(point => point.IsPrice ? point.Currency : null)), Array(points.Select(point => point.Available)),
            },
        };
        insert.ExecuteNonQuery();
    }

    private void SetPositions(NpgsqlConnection session, IReadOnlyDictionary<(string Topic, int Partition), long> next)
    {
        using var command = new NpgsqlCommand(
            """
            insert into catalog.position as known select * from unnest($1::text[], $2::int[], $3::text[], $4::bigint[])
            on conflict (topic, partition) do update set topic_id = excluded.topic_id,
                next_offset = greatest(known.next_offset, excluded.next_offset)
            """, session)
        {
            Parameters =
            {
                Array(next.Keys.Select(place => place.Topic)), Array(next.Keys.Select(place => place.Partition)),
                Array(next.Keys.Select(place => ids.GetValueOrDefault(place.Topic, ""))), Array(next.Values),
            },
        };
        command.ExecuteNonQuery();
    }

    private static NpgsqlParameter Array<T>(IEnumerable<T> values) => new() { Value = values.ToArray() };

    private static NpgsqlParameter Numbers(IEnumerable<decimal?> values) =>
        new() { Value = values.ToArray(), NpgsqlDbType = NpgsqlDbType.Array | NpgsqlDbType.Numeric };

    private static NpgsqlParameter Instants(IEnumerable<DateTimeOffset?> values) => new()
    {
        Value = values.Select(value => value?.UtcDateTime).ToArray(), NpgsqlDbType = NpgsqlDbType.Array | NpgsqlDbType.TimestampTz,
    };

    private static void Execute(NpgsqlConnection session, string sql)
    {
#pragma warning disable CA2100 // The statements are constants of this class.
        using var command = new NpgsqlCommand(sql, session);
#pragma warning restore CA2100
        command.ExecuteNonQuery();
    }
}
