using System.Text.RegularExpressions;

namespace StockPipeline.RepositoryTests.Rules;

/// <summary>What makes a test a test.</summary>
internal static partial class TestRules
{
    public static readonly Rule TestsAssert = Rule.ForFiles(nameof(TestsAssert), file =>
    {
        if (!file.IsCSharp || !file.IsUnder("tests"))
            return [];
        var methods = Methods(file.CSharp.Code).ToArray();
        // A test may leave its asserting to a method of its class, and that one to another.
        var asserting = new HashSet<string>(StringComparer.Ordinal);
        var grew = true;
        while (grew)
            grew = methods.Where(method => Asserts(method.Body, asserting)).Aggregate(false, (any, method) => asserting.Add(method.Name) || any);
        return methods.Where(method => method.IsTest && !asserting.Contains(method.Name))
            .Select(method => file.At(method.Index, $"the test {method.Name} asserts nothing: it can only fail by accident"));
    });

    private static bool Asserts(string body, HashSet<string> asserting) =>
        Assertion().IsMatch(body) || Call().Matches(body).Any(call => asserting.Contains(call.Groups["name"].Value));

    private static IEnumerable<(string Name, int Index, bool IsTest, string Body)> Methods(string code)
    {
        foreach (Match head in Method().Matches(code))
        {
            var from = head.Index + head.Length;
            var next = Method().Match(code, from);
            // From one head to the next: attributes of the next and what stands between do no harm here.
            yield return (head.Groups["name"].Value, head.Index, head.Groups["test"].Success, code[from..(next.Success ? next.Index : code.Length)]);
        }
    }

    [GeneratedRegex(
        @"(?<test>^    \[(?:Fact|Theory)\b[^\n]*\n(?:    [ \[][^\n]*\n)*?)?"
        + @"^    (?:public|private|internal|protected)(?: static| async| override| partial)* "
        + @"[\w<>\[\](),.? ]+? (?<name>\w+)(?:<[^>]*>)?\(",
        RegexOptions.Multiline)]
    private static partial Regex Method();

    [GeneratedRegex(@"\bAssert\.|\bEventually\.|\b(?:Assert|Verify|Expect)\w*\(|\bSaysAsync\(")]
    private static partial Regex Assertion();

    [GeneratedRegex(@"\b(?<name>\w+)(?:<[^>;]*>)?\(")]
    private static partial Regex Call();
}
