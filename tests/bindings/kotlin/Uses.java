// Calls generated Kotlin as an app in Java would; the same source for every runtime.

import android.content.Context;
import java.io.File;
import java.util.Arrays;
import java.util.List;
import sideload.models.BindingException;
import sideload.models.Digits;
import sideload.models.DigitsAssets;
import sideload.models.DigitsLabel;
import sideload.models.DigitsOutput;
import sideload.models.DigitsScore;

public final class Uses {
    private static float[] image() {
        float[] pixels = new float[2 * 64];
        for (int at = 0; at < pixels.length; at++) pixels[at] = at;
        return pixels;
    }

    private static String best(Digits digits) {
        DigitsOutput answer = digits.predict(image());
        DigitsScore first = answer.top(1).get(1).get(0);
        if (first.getLabel() != DigitsLabel.NINE) throw new IllegalStateException(first.getLabel().getText());
        return first.getLabel().getText() + " " + first.getScore() + " " + Arrays.toString(answer.getLogitsShape());
    }

    private static void java(File file) {
        try (Digits digits = Digits.open(file); Digits.Buffers buffers = digits.buffers(2)) {
            System.out.println("best | " + best(digits));
            buffers.getImage().put(image()).rewind();
            buffers.run();
            System.out.println("fast | " + buffers.getLogits().get(19));
            digits.predict(image(), 1);
        } catch (BindingException error) {
            System.out.println("caught | " + error.getClass().getSimpleName() + ": " + error.getProblem());
        }
        System.out.println("facts | " + Digits.FILE_NAME + " " + Digits.CONTRACT + " " + (Digits.SIZE_BYTES == file.length()));
    }

    private static void asset(File app) {
        File copies = new File(app, "no_backup/sideload/Digits");
        String said;
        try (Digits digits = DigitsAssets.openAsset(Digits.Companion, new Context(app))) {
            said = best(digits);
        } catch (BindingException error) {
            said = error.getClass().getSimpleName() + ": " + error.getProblem();
        }
        String[] kept = copies.list();
        System.out.println(app.getName() + " | " + said + " | " + (kept == null ? "no copy" : List.of(kept)));
    }

    public static void main(String[] arguments) {
        java(new File(arguments[0]));
        for (String app : Arrays.asList(arguments).subList(1, arguments.length)) {
            asset(new File(app));
        }
    }
}
