"""Which names stand in for which: lookup, chains, pins kept and left."""

from tests.routing.scenario import Scenario, connection, fail

DOWN = [fail(503)] * 20


def world():
    return [
        connection("seoul", "pro", "flash"),
        connection("usa", "pro", "flash"),
        connection("lab", "mini"),
    ]


def test_a_bare_call_falls_back_by_name():
    scenario = Scenario(world(), fallbacks=[{"pro": ["flash"]}], num_retries=0)
    assert scenario.play("pro", {"seoul/pro": DOWN, "usa/pro": DOWN}) == [
        "try seoul/pro",
        "try usa/pro",
        "try seoul/flash",
        "answered",
    ]


def test_every_key_of_a_dict_counts_and_a_string_target_is_one_target():
    scenario = Scenario(world(), fallbacks=[{"flash": "mini", "pro": "mini"}], num_retries=0)
    assert scenario.play("pro", {"seoul": DOWN, "usa": DOWN})[-2:] == ["try lab", "answered"]


def test_a_pinned_call_stays_in_its_region_under_a_bare_key():
    scenario = Scenario(world(), fallbacks=[{"pro": ["flash"]}], num_retries=0)
    outcomes = {"seoul/pro": DOWN, "seoul/flash": DOWN}
    assert scenario.play("seoul/pro", outcomes) == ["try seoul/pro", "try seoul/flash", "RouteExhaustedError"]


def test_a_pinned_call_leaves_its_region_under_a_key_that_names_it():
    scenario = Scenario(world(), fallbacks=[{"seoul/pro": ["usa/pro"]}], num_retries=0)
    assert scenario.play("seoul/pro", {"seoul": DOWN}) == ["try seoul", "try usa", "answered"]
    scenario = Scenario(world(), fallbacks=[{"seoul/pro": ["mini"]}], num_retries=0)
    assert scenario.play("seoul/pro", {"seoul": DOWN}) == ["try seoul", "try lab", "answered"]


def test_default_fallbacks_keep_the_pin_but_a_target_with_its_own_leaves_it():
    scenario = Scenario(world(), default_fallbacks=["mini", "lab/mini"], num_retries=0)
    assert scenario.play("seoul/pro", {"seoul": DOWN}) == ["try seoul", "try lab", "answered"]
    kept = scenario.planner.targets(scenario.planner.group("seoul/pro", scenario.options), "generic", scenario.options)
    assert [(row.target, row.group is None) for row in kept] == [("mini", True), ("lab/mini", False)]
    assert kept[0].reason


def test_a_star_moves_every_model_to_another_region():
    scenario = Scenario(world(), fallbacks=[{"seoul/*": ["usa/*"]}], num_retries=0)
    assert scenario.play("seoul/flash", {"seoul/flash": DOWN, "usa/flash": []}) == [
        "try seoul/flash",
        "try usa/flash",
        "answered",
    ]


def test_a_bare_call_finds_the_keys_of_its_failed_candidates():
    scenario = Scenario(world(), fallbacks=[{"usa/pro": ["lab/mini"]}], num_retries=0)
    assert scenario.play("pro", {"seoul": DOWN, "usa": DOWN}) == ["try seoul", "try usa", "try lab", "answered"]


def test_keys_are_looked_up_before_and_after_the_alias():
    for key in ("best", "pro"):
        scenario = Scenario(world(), fallbacks=[{key: ["mini"]}], model_group_alias={"best": "pro"}, num_retries=0)
        assert scenario.play("best", {"seoul": DOWN, "usa": DOWN})[-2:] == ["try lab", "answered"]


def test_no_deployment_enters_a_second_group_and_rings_end():
    scenario = Scenario(world(), fallbacks=[{"pro": ["flash"]}, {"flash": ["pro"]}], num_retries=0)
    outcomes = {"seoul/pro": DOWN, "usa/pro": DOWN, "seoul/flash": DOWN, "usa/flash": DOWN}
    assert scenario.play("pro", outcomes) == [
        "try seoul/pro",
        "try usa/pro",
        "try seoul/flash",
        "try usa/flash",
        "RouteExhaustedError",
    ]


def test_fallbacks_chain_and_max_fallbacks_bounds_them():
    everyone = [connection(f"c{number}", f"m{number}") for number in range(9)]
    chain = [{f"m{number}": [f"m{number + 1}"]} for number in range(8)]
    outcomes = {f"c{number}": DOWN for number in range(9)}
    done = Scenario(everyone, fallbacks=chain, num_retries=0).play("m0", outcomes)
    assert done == [*(f"try c{number}" for number in range(6)), "RouteExhaustedError"]
    done = Scenario(everyone, fallbacks=chain, num_retries=0, max_fallbacks=1).play("m0", outcomes)
    assert done == ["try c0", "try c1", "RouteExhaustedError"]


def test_each_group_has_its_own_retries():
    scenario = Scenario(world(), fallbacks=[{"mini": ["usa/pro"]}], num_retries=1)
    assert scenario.play("mini", {"lab": DOWN, "usa": [fail(503)]}) == [
        "try lab",
        "wait 0.25",
        "try lab",
        "try usa",
        "wait 0.25",
        "try usa",
        "answered",
    ]


def test_a_target_that_does_not_resolve_never_replaces_the_providers_error():
    scenario = Scenario(world(), fallbacks=[{"mini": ["no-such-model"]}], num_retries=0)
    assert scenario.play("mini", {"lab": [fail(500)]}) == ["try lab", "ProviderUnavailableError"]
    assert scenario.error.status_code == 500


def test_a_calls_own_fallbacks_replace_the_clients():
    scenario = Scenario(world(), default_fallbacks=["flash"], num_retries=0)
    assert scenario.play("pro", {"seoul": DOWN, "usa": DOWN}, fallbacks=["mini"])[-2:] == ["try lab", "answered"]
    scenario.clock.time += 10
    assert scenario.play("pro", {"seoul": DOWN, "usa": DOWN}, fallbacks=[])[-1] == "RouteExhaustedError"
