using System.Reflection;
using StockPipeline.RepositoryTests.Rules;

namespace StockPipeline.RepositoryTests;

public sealed class HouseRulesTests
{
    private const int MostShown = 40;

    private static readonly Dictionary<string, Rule> Rules =
        new[] { typeof(TypeRules), typeof(CodeRules), typeof(TextRules), typeof(TreeRules), typeof(FlowRules), typeof(TestRules) }
        .SelectMany(type => type.GetFields(BindingFlags.Public | BindingFlags.Static))
        .Where(field => field.FieldType == typeof(Rule))
        .Select(field => (Rule)field.GetValue(null)!)
        .ToDictionary(rule => rule.Name);

    public static TheoryData<string> RuleNames => [.. Rules.Keys];

    [Theory]
    [MemberData(nameof(RuleNames))]
    public async Task The_repository_keeps(string rule)
    {
        var tree = await RepositoryTree.LoadAsync();

        var problems = Rules[rule].Check(tree).ToArray();

        Assert.True(problems.Length == 0, $"{problems.Length} times:\n{string.Join('\n', problems.Take(MostShown))}");
    }

    [Theory]
    [MemberData(nameof(RuleNames))]
    public void Every_rule_has_a_sample_that_breaks_it(string rule) => Assert.Contains(RuleSamples.Bad, sample => sample.Rule == rule);

    [Theory]
    [MemberData(nameof(RuleSamples.BadNames), MemberType = typeof(RuleSamples))]
    public void A_sample_that_breaks_the_rule_is_found(string name)
    {
        var sample = RuleSamples.Bad.Single(one => one.Name == name);

        var problems = Rules[sample.Rule].Check(sample.Tree).ToArray();

        Assert.NotEmpty(problems);
        Assert.All(problems, problem => Assert.Contains(sample.Says, problem, StringComparison.Ordinal));
    }

    [Theory]
    [MemberData(nameof(RuleSamples.GoodNames), MemberType = typeof(RuleSamples))]
    public void A_sample_that_only_looks_like_it_is_left_alone(string name)
    {
        var sample = RuleSamples.Good.Single(one => one.Name == name);

        Assert.Empty(Rules[sample.Rule].Check(sample.Tree));
    }
}
