using Npgsql;
using NpgsqlTypes;
using StockPipeline.Catalog.Naming;
using StockPipeline.Catalog.Offers;
using StockPipeline.Contracts.Catalog;
using StockPipeline.Streaming.Tables;

namespace StockPipeline.CatalogApi.Storing;

/// <summary>
/// Writes batches of records to the tables, each in one transaction with the position that it brings the store to. A record never takes the place
/// of a later one. Used by the reader's thread, which may block.
/// </summary>
internal sealed class StoreWriter(NpgsqlDataSource database, CatalogState state, string currency)
{
    private const string UpsertProducts =
        """
        insert into catalog.product as known (id, key, revision, gone, name, brand, model, folded, brand_folded, completeness, conflicts, changed_at,
            record, partition, record_offset)
        select id, key, revision, gone, name, brand, model, folded, brand_folded, completeness, conflicts, changed_at, record, partition,
            record_offset
        from incoming
        on conflict (id) do update set key = excluded.key, revision = excluded.revision, gone = excluded.gone, name = excluded.name,
            brand = excluded.brand, model = excluded.model, folded = excluded.folded, brand_folded = excluded.brand_folded,
            completeness = excluded.completeness, conflicts = excluded.conflicts, changed_at = excluded.changed_at, record = excluded.record,
            partition = excluded.partition, record_offset = excluded.record_offset
        where known.record_offset < excluded.record_offset
        returning id
        """;

    private const string UpsertOffers =
        """
        insert into catalog.offer as known (key, partner, price, old_price, currency, available, observed_at, partition, record_offset)
        select * from unnest($1::text[], $2::text[], $3::numeric[], $4::numeric[], $5::text[], $6::boolean[], $7::timestamptz[], $8::int[],
            $9::bigint[])
        on conflict (key, partner) do update set price = excluded.price, old_price = excluded.old_price, currency = excluded.currency,
            available = excluded.available, observed_at = excluded.observed_at, partition = excluded.partition, record_offset = excluded.record_offset
        where known.record_offset < excluded.record_offset
        """;

    /// <summary>The lowest price in the one currency among what is in stock at a partner who was heard lately.</summary>
    private const string BestOffers =
        """
        update catalog.product as product
        set in_stock = coalesce(best.partner is not null, false), best_price = best.price, best_partner = best.partner,
            sort_price = coalesce(best.price::float8, 'Infinity')
        from (
            select listed.key, offer.price, offer.partner
            from (select key from catalog.product where $1::text[] is null or key = any($1)) as listed
            left join lateral (
                select price, partner from catalog.offer
                where offer.key = listed.key and available and offer.currency = $2 and partner = any($3)
                order by price, partner limit 1) as offer on true) as best
        where product.key = best.key and (product.best_price, product.best_partner) is distinct from (best.price, best.partner)
        """;

    private readonly Dictionary<(string Topic, int Partition), long> positions = [];
    private IReadOnlyDictionary<string, string> ids = new Dictionary<string, string>();

    /// <summary>Where reading of a partition may begin to matter: what stands before is stored already.</summary>
    public long PositionOf(string topic, int partition) => positions.GetValueOrDefault((topic, partition));

    /// <summary>Reads the positions; those of a topic that was created anew since are worth nothing, and neither is what was read from it.</summary>
    public void Open(IReadOnlyDictionary<string, string> topicIds, string products, string offers, string changes)
    {
        using var session = database.OpenConnection();
        using var transaction = session.BeginTransaction();
        positions.Clear();
        var isOther = new HashSet<string>(StringComparer.Ordinal);
        using (var query = new NpgsqlCommand("select topic, partition, topic_id, next_offset from catalog.position", session))
        using (var rows = query.ExecuteReader())
        {
            while (rows.Read())
            {
                if (topicIds.GetValueOrDefault(rows.GetString(0)) == rows.GetString(2))
                    positions[(rows.GetString(0), rows.GetInt32(1))] = rows.GetInt64(3);
                else
                    isOther.Add(rows.GetString(0));
            }
        }
        foreach (var topic in isOther)
        {
            if (topic == products)
                Execute(session, "truncate catalog.product, catalog.number, catalog.property_group");
            else if (topic == offers)
                Execute(session, "truncate catalog.offer");
            else if (topic == changes)
                Execute(session, "truncate catalog.change, catalog.price");
            using var forget = new NpgsqlCommand("delete from catalog.position where topic = $1",
                session) { Parameters = { new() { Value = topic } } };
            forget.ExecuteNonQuery();
        }
        transaction.Commit();
        ids = topicIds;
    }

    public void StoreProducts(string topic, int partition, IReadOnlyList<ProductRow> rows, long next, bool setBest)
    {
        using var session = database.OpenConnection();
        using var transaction = session.BeginTransaction();
        Execute(session, "create temporary table incoming (like catalog.product including defaults) on commit drop");
        using (var copy = session.BeginBinaryImport(
            "copy incoming (id, key, revision, gone, name, brand, model, folded, brand_folded, completeness, conflicts, changed_at, "
                + "record, partition, "
            + "record_offset) from stdin (format binary)"))
        {
            foreach (var row in rows)
                Write(copy, row);
            copy.Complete();
        }
        var accepted = new HashSet<int>();
        using (var upsert = new NpgsqlCommand(UpsertProducts, session))
        using (var reader = upsert.ExecuteReader())
        {
            while (reader.Read())
                accepted.Add(reader.GetInt32(0));
        }
        WriteDetails(session, [.. rows.Where(row => accepted.Contains(row.Product.Number))]);
        if (setBest)
            SetBest(session, [.. rows.Select(row => row.Product.Key)]);
        SetPosition(session, topic, partition, next);
        transaction.Commit();
        positions[(topic, partition)] = next;
    }

    public void StoreOffers(string topic, int partition, IReadOnlyList<TableRecord<CatalogOffer>> records, long next, bool setBest)
    {
        // Of several words on one offer in a batch the last counts: a statement may touch a row once.
        var last = records.GroupBy(record => record.Key, StringComparer.Ordinal).Select(same => same.Last()).ToList();
        var said = last.Where(record => record.Value is not null).ToList();
        var gone = last.Where(record => record.Value is null).Select(record => record.Key.Split('/', 2)).Where(parts => parts.Length == 2).ToList();
        using var session = database.OpenConnection();
        using var transaction = session.BeginTransaction();
        using (var upsert = new NpgsqlCommand(UpsertOffers, session)
        {
            Parameters =
            {
                Array(said.Select(record => record.Value!.Product)), Array(said.Select(record => record.Value!.Partner)),
                Array(said.Select(record => record.Value!.Price)),
                new NpgsqlParameter
                {
                    Value = said.Select(record => record.Value!.OldPrice).ToArray(), NpgsqlDbType = NpgsqlDbType.Array | NpgsqlDbType.Numeric,
                },
                Array(said.Select(record => record.Value!.Currency)), Array(said.Select(record => record.Value!.Available)),
                Array(said.Select(record => record.Value!.ObservedAt.UtcDateTime)), Array(said.Select(_ => partition)),
                Array(said.Select(record => record.Offset)),
            },
        })
        {
            upsert.ExecuteNonQuery();
        }
        using (var delete = new NpgsqlCommand(
            "delete from catalog.offer using unnest($1::text[], $2::text[]) as gone(key, partner) where offer.key = gone.key "
            + "and offer.partner = gone.partner", session)
        {
            Parameters = { Array(gone.Select(parts => parts[0])), Array(gone.Select(parts => parts[1])) },
        })
        {
            delete.ExecuteNonQuery();
        }
        if (setBest)
            SetBest(session, [.. last.Select(record => record.Key.Split('/')[0])]);
        SetPosition(session, topic, partition, next);
        transaction.Commit();
        positions[(topic, partition)] = next;
    }

    public void StoreChanges(string topic, int partition, IReadOnlyList<TableRecord<CatalogChange>> records, long next)
    {
        var said = records.Where(record => record.Value is not null).ToList();
        using var session = database.OpenConnection();
        using var transaction = session.BeginTransaction();
        using (var insert = new NpgsqlCommand(
            "insert into catalog.change select * from unnest($1::int[], $2::bigint[], $3::text[], $4::int[], $5::text[], $6::text[], $7::text[], "
            + "$8::text[], $9::timestamptz[]) on conflict do nothing", session)
        {
            Parameters =
            {
                Array(said.Select(_ => partition)), Array(said.Select(record => record.Offset)), Array(said.Select(record => record.Value!.Product)),
                Array(said.Select(record => record.Value!.Revision)), Array(said.Select(record => record.Value!.Field)),
                Array(said.Select(record => record.Value!.From)), Array(said.Select(record => record.Value!.To)),
                Array(said.Select(record => record.Value!.Partner)), Array(said.Select(record => record.Value!.At.UtcDateTime)),
            },
        })
        {
            insert.ExecuteNonQuery();
        }
        var prices = said.Where(record => record.Value!.Field.StartsWith(CatalogChange.PricePrefix, StringComparison.Ordinal)).ToList();
        if (prices.Count > 0)
            InsertPrices(session, [.. prices.Select(record => record.Value!)]);
        SetPosition(session, topic, partition, next);
        transaction.Commit();
        positions[(topic, partition)] = next;
    }

    /// <summary>Sets the best offer of all products: when all has been read, and when other partners are fresh.</summary>
    public void SetAllBest()
    {
        using var session = database.OpenConnection();
        SetBest(session, null);
    }

    public void Index()
    {
        using var session = database.OpenConnection();
        CatalogDatabase.Index(session);
    }

    /// <summary>Removes what a partition's topic no longer holds: a store that slept longer than tombstones are kept never sees them.</summary>
    /// <returns>How many rows were removed.</returns>
    public int Sweep(string table, int partition, IReadOnlySet<ulong> seen, Func<string, ulong> sumOf)
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
                if (!seen.Contains(sumOf(rows.GetString(0))))
                    lost.Add(rows.GetString(0));
            }
        }
        if (lost.Count == 0)
            return 0;
        using var delete = new NpgsqlCommand(
            table == "offer"
                ? "delete from catalog.offer where key || '/' || partner = any($1)"
                : "with gone as (delete from catalog.product where key = any($1) returning id), numbers as (delete from catalog.number using gone "
                    + "where number.id = gone.id) delete from catalog.property_group using gone where product = gone.id",
            session)
        {
            Parameters = { new() { Value = lost.ToArray() } },
        };
        delete.ExecuteNonQuery();
        return lost.Count;
    }

    private void SetBest(NpgsqlConnection session, string[]? keys)
    {
        using var update = new NpgsqlCommand(BestOffers, session)
        {
            CommandTimeout = 0,
            Parameters =
            {
                new NpgsqlParameter { Value = (object?)keys ?? DBNull.Value, NpgsqlDbType = NpgsqlDbType.Array | NpgsqlDbType.Text },
                new() { Value = currency }, new() { Value = state.FreshPartners() },
            },
        };
        update.ExecuteNonQuery();
    }

    private static void InsertPrices(NpgsqlConnection session, IReadOnlyList<CatalogChange> changes)
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
                new NpgsqlParameter
                {
                    Value = points.Select(point => point.IsPrice ? point.Price : (decimal?)null).ToArray(),
                    NpgsqlDbType = NpgsqlDbType.Array | NpgsqlDbType.Numeric,
                },
                Array(points.Select(point => point.IsPrice ? point.Currency : null)), Array(points.Select(point => point.Available)),
            },
        };
        insert.ExecuteNonQuery();
    }

    private void WriteDetails(NpgsqlConnection session, IReadOnlyList<ProductRow> rows)
    {
        var numbers = rows.Select(row => row.Product.Number).ToArray();
        using (var delete = new NpgsqlCommand(
            "with numbers as (delete from catalog.number where id = any($1)) delete from catalog.property_group where product = any($1)", session)
        {
            Parameters = { new() { Value = numbers } },
        })
        {
            delete.ExecuteNonQuery();
        }
        var dictionary = state.Dictionary;
        using (var copy = session.BeginBinaryImport("copy catalog.number (id, attribute, value) from stdin (format binary)"))
        {
            foreach (var row in rows.Where(row => !row.Product.Gone))
            {
                foreach (var (attribute, value) in row.Numbers(dictionary))
                {
                    copy.StartRow();
                    copy.Write(row.Product.Number, NpgsqlDbType.Integer);
                    copy.Write((short)attribute, NpgsqlDbType.Smallint);
                    copy.Write(value, NpgsqlDbType.Double);
                }
            }
            copy.Complete();
        }
        using (var copy = session.BeginBinaryImport("copy catalog.property_group (id, product, folded) from stdin (format binary)"))
        {
            foreach (var row in rows.Where(row => !row.Product.Gone))
            {
                foreach (var (id, folded) in row.Groups(dictionary))
                {
                    copy.StartRow();
                    copy.Write(id, NpgsqlDbType.Integer);
                    copy.Write(row.Product.Number, NpgsqlDbType.Integer);
                    copy.Write(folded, NpgsqlDbType.Text);
                }
            }
            copy.Complete();
        }
    }

    private static void Write(NpgsqlBinaryImporter copy, ProductRow row)
    {
        var product = row.Product;
        copy.StartRow();
        copy.Write(product.Number, NpgsqlDbType.Integer);
        copy.Write(product.Key, NpgsqlDbType.Text);
        copy.Write(product.Revision, NpgsqlDbType.Integer);
        copy.Write(product.Gone, NpgsqlDbType.Boolean);
        copy.Write(product.Name.Value, NpgsqlDbType.Text);
        copy.Write(product.Brand.Value, NpgsqlDbType.Text);
        copy.Write(product.Model, NpgsqlDbType.Text);
        copy.Write(row.Folded, NpgsqlDbType.Text);
        copy.Write(TextFold.Fold(product.Brand.Value), NpgsqlDbType.Text);
        copy.Write((float)product.Completeness, NpgsqlDbType.Real);
        copy.Write(product.Conflicts, NpgsqlDbType.Integer);
        copy.Write(product.ChangedAt.UtcDateTime, NpgsqlDbType.TimestampTz);
        copy.Write(row.Record, NpgsqlDbType.Bytea);
        copy.Write(row.Partition, NpgsqlDbType.Integer);
        copy.Write(row.Offset, NpgsqlDbType.Bigint);
    }

    private void SetPosition(NpgsqlConnection session, string topic, int partition, long next)
    {
        using var command = new NpgsqlCommand(
            "insert into catalog.position as known values ($1, $2, $3, $4) on conflict (topic, partition) do update set topic_id = "
                + "excluded.topic_id, "
            + "next_offset = greatest(known.next_offset, excluded.next_offset)", session)
        {
            Parameters =
            {
                new() { Value = topic }, new() { Value = partition }, new() { Value = ids.GetValueOrDefault(topic, "") }, new() { Value = next },
            },
        };
        command.ExecuteNonQuery();
    }

    private static NpgsqlParameter Array<T>(IEnumerable<T> values) => new() { Value = values.ToArray() };

    private static void Execute(NpgsqlConnection session, string sql)
    {
#pragma warning disable CA2100 // The statements are constants of this class.
        using var command = new NpgsqlCommand(sql, session);
#pragma warning restore CA2100
        command.ExecuteNonQuery();
    }
}
