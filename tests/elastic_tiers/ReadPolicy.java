import java.io.IOException;
import java.io.InputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import org.elasticsearch.common.Strings;
import org.elasticsearch.core.CheckedFunction;
import org.elasticsearch.xcontent.NamedXContentRegistry;
import org.elasticsearch.xcontent.ParseField;
import org.elasticsearch.xcontent.XContentParser;
import org.elasticsearch.xcontent.XContentParserConfiguration;
import org.elasticsearch.xcontent.XContentType;
import org.elasticsearch.xpack.core.ilm.*;

/**
 * Reads the body of `PUT _ilm/policy/NAME` from a file as the server does, and prints the policy; ends with an
 * error where the server would refuse. The tests' distribution has these classes, but no module that answers such a request.
 */
class ReadPolicy {
    static NamedXContentRegistry.Entry action(String name, CheckedFunction<XContentParser, LifecycleAction, IOException> read) {
        return new NamedXContentRegistry.Entry(LifecycleAction.class, new ParseField(name), read);
    }

    public static void main(String[] arguments) throws Exception {
        var registry = new NamedXContentRegistry(List.of(
            new NamedXContentRegistry.Entry(LifecycleType.class, new ParseField(TimeseriesLifecycleType.TYPE), p -> TimeseriesLifecycleType.INSTANCE),
            action(ForceMergeAction.NAME, ForceMergeAction::parse),
            action(SetPriorityAction.NAME, SetPriorityAction::parse),
            action(ReadOnlyAction.NAME, ReadOnlyAction::parse),
            action(DeleteAction.NAME, DeleteAction::parse)));
        try (InputStream body = Files.newInputStream(Path.of(arguments[0]));
             XContentParser parser = XContentType.JSON.xContent().createParser(XContentParserConfiguration.EMPTY.withRegistry(registry), body)) {
            parser.nextToken(); parser.nextToken(); parser.nextToken(); // { "policy": {
            var policy = LifecyclePolicy.parse(parser, "churnwatch");
            policy.validate();
            System.out.println(Strings.toString(policy));
        }
    }
}
