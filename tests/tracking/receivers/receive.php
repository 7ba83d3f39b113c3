<?php
// Answers 204 to what the snippet takes for ours and 400 to the rest: php -S ADDRESS receive.php.
require __DIR__ . '/verify.php';

try {
    verify($_SERVER['HTTP_X_SECRET'], file_get_contents('php://input'));
    http_response_code(204);
} catch (Exception $refused) {
    http_response_code(400);
}
